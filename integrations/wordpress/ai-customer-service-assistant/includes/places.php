<?php
/**
 * Where authors put the chat: the shortcode, the block, and the widget, which is in a file of its own.
 *
 * @package AICustomerServiceAssistant
 */

namespace AICustomerServiceAssistant;

defined( 'ABSPATH' ) || exit;

const SHORTCODE = 'ai_assistant';

/**
 * `[ai_assistant theme="dark" position="bottom-left"]`: this page has the chat, with these attributes.
 *
 * @param array|string $given What stands in the shortcode; '' when nothing does.
 */
function shortcode( $given ): string {
	$given = is_array( $given ) ? array_change_key_case( $given ) : array();
	// As the script calls them too: data-primary-color, primary-color.
	$named = array();
	foreach ( $given as $name => $value ) {
		$named[ str_replace( '-', '_', preg_replace( '/^data-/', '', (string) $name ) ) ] = $value;
	}
	asked( 'content', $named );
	return button( text_of( $named, 'button' ) );
}

/**
 * A button that opens the chat; '' without a text. It shows once there is a chat to open.
 *
 * @param string $text What stands on it.
 */
function button( string $text ): string {
	$text = short( $text );
	if ( '' === $text || ! is_ready( settings() ) || is_hidden_here( settings() ) ) {
		return '';
	}
	wp_enqueue_script( BUTTON_HANDLE );
	return sprintf(
		'<div class="ai-assistant-place wp-block-button"><button type="button" class="ai-assistant-open wp-block-button__link wp-element-button" data-ai-assistant-open hidden>%s</button></div>',
		esc_html( $text )
	);
}

/**
 * What the block shows on the page.
 *
 * @param array $given Its attributes.
 */
function block( array $given ): string {
	$named = array();
	foreach ( $given as $name => $value ) {
		$named[ strtolower( (string) preg_replace( '/[A-Z]/', '_$0', (string) $name ) ) ] = $value;
	}
	asked( 'content', $named );
	return button( text_of( $named, 'button' ) );
}

/**
 * Makes all three known to WordPress.
 */
function register(): void {
	wp_register_script( BUTTON_HANDLE, plugins_url( 'assets/button.js', FILE ), array(), VERSION, true );
	add_shortcode( SHORTCODE, __NAMESPACE__ . '\shortcode' );
	register_block_type( dirname( FILE ) . '/block', array( 'render_callback' => __NAMESPACE__ . '\block' ) );
	wp_set_script_translations( 'ai-customer-service-assistant-chat-editor-script', 'ai-customer-service-assistant', dirname( FILE ) . '/languages' );
}
add_action( 'init', __NAMESPACE__ . '\register' );

add_action(
	'widgets_init',
	static function () {
		register_widget( Chat_Widget::class );
	}
);
