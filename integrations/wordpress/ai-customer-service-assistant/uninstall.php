<?php
/**
 * Deleted under Plugins: nothing of it stays, on any site of a network.
 *
 * @package AICustomerServiceAssistant
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

( static function () {
	$clear = static function () {
		delete_option( 'ai_customer_service_assistant' );
		delete_option( 'ai_customer_service_assistant_key' );
		delete_option( 'widget_ai_customer_service_assistant' );
		delete_transient( 'ai_customer_service_assistant_found' );
	};
	if ( ! is_multisite() ) {
		$clear();
		return;
	}
	foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $site ) {
		switch_to_blog( $site );
		$clear();
		restore_current_blog();
	}
} )();
